import '../base/base.css';
import './plain.css';
