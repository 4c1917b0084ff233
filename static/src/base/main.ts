import './base.css';
import './kit.css';
import './problem.css';
